"""The faults that dumps are known to have, injected one by one, and what must then happen."""

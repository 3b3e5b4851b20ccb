"""Scripts that write data/*.toml from the named sources; run by hand, not by the product."""

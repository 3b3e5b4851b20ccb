"""Gold of who, where and when, beside the gold of relations: read `README.md`."""

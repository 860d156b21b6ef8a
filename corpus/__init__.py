"""The shared currency: Arrow schemas, content-derived ids, shards, manifests, the exception tree, readers of raw input."""

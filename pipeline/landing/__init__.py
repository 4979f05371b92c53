"""Landing: the immutable archive of deliveries, byte for byte as received."""

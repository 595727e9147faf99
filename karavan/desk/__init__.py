"""The desk: a door for many people at once. The only room with Django."""

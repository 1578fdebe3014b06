"""Stand-ins for what is at the other side of a seam."""

"""What runs on this machine: the embedded AWS, the shop that feeds it, and the readers of the result."""

"""Orders in, answers out, on this machine: the platform deployed, fed, asked, and every record accounted for."""

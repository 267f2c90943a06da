"""Part two, ``scanners``: what others look for. They live in environments of their own: their pins conflict."""

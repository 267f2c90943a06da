"""Terraform and cdktf on this machine: found, configured and run against the embedded AWS."""

"""What the batch jobs share; shipped beside them with the contracts (`platform_contracts`)."""

"""Who may do what on which data: worked out from the synthesized stacks, held against a list of what never may be."""

"""What became of what was sent: ledger and lake go in; accounts, report.json, report.html and a summary come out."""

"""What a deployment needs beside `cdktf deploy`: a place for the state, and a way back from each thing that goes wrong.

A folder of its own because `local/` stands in for AWS, and this works on AWS itself (or where AWS_ENDPOINT_URL says).
"""

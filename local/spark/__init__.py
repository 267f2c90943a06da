"""Real Spark of this machine on the emulated S3: the gateway between them, the settings of a session, its Java."""

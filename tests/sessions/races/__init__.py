"""Nothing lost, nothing revived: requests that meet each other."""

"""What networks cost beyond parameters and operations."""

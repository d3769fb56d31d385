//! PDFs built in memory, each with one lack.

//! A year of a team's work as one pack, read by other programs.

//! The integration tests: one binary, a file for each side of the program that is seen from outside.

mod docs;

//! The command line program; everything is in [`ivus::cli`].

use std::process::ExitCode;

/// Reading a report makes many small things that do not live long; this allocator hands them out faster than most systems'.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ivus::cli::main()
}

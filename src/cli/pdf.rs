//! The hidden verb that reads one PDF document in a process of its own, which may fail or be ended without harm.

use std::{path::PathBuf, process::ExitCode};

/// The program that reads PDF documents: this one, where it was built with the feature `pdf`.
pub(super) fn reader() -> Option<PathBuf> {
    if cfg!(feature = "pdf") {
        std::env::current_exe().ok()
    } else {
        None
    }
}

/// Writes the text of the PDF document on standard input to standard output. Status 2 when it cannot be read.
#[cfg(feature = "pdf")]
pub(super) fn read() -> ExitCode {
    use std::io::{Read, Write};

    /// The memory that one document may take, in bytes.
    const MEMORY: u64 = 512 << 20;
    /// The seconds of work that one document may take.
    const SECONDS: u64 = 10;

    #[cfg(unix)]
    {
        use rlimit::Resource;
        let limits = [
            (Resource::AS, MEMORY),
            (Resource::CPU, SECONDS),
            (Resource::CORE, 0),
        ];
        for (resource, limit) in limits {
            if resource.set(limit, limit).is_err() {
                return ExitCode::FAILURE;
            }
        }
    }
    let mut bytes = Vec::new();
    if std::io::stdin().lock().read_to_end(&mut bytes).is_err() {
        return ExitCode::FAILURE;
    }
    // Its errors may quote the document.
    let Ok(text) = pdf_extract::extract_text_from_mem(&bytes) else {
        return ExitCode::from(2);
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

#[cfg(not(feature = "pdf"))]
pub(super) fn read() -> ExitCode {
    super::complain("built without PDF; build with --features pdf");
    ExitCode::from(2)
}

//! The reports of the corpus, read once for all tests.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

/// The reports of the corpus with their names, in order.
pub(crate) static CORPUS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports");
    let paths = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    let name = |p: &PathBuf| p.file_stem().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .map(|p| (name(p), fs::read_to_string(p).unwrap()))
        .collect()
});

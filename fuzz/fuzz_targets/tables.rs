//! Any bytes taken for a published file of tables are read into a folder that loads, or refused with what was there left in
//! force; any bytes taken for the list of a folder's tables load or are refused.

#![no_main]

use std::{env, fs, path::PathBuf, process, sync::LazyLock};

use ivus::{date::Date, tables};
use libfuzzer_sys::fuzz_target;

/// The name under which the bytes are read; the names tell quarters and versions.
const NAMES: [&str; 5] = [
    "PPRRVU2027_Jan.csv",
    "GPCI2027.csv",
    "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv",
    "ccipra-v331r0-f1.TXT",
    "AOC_V2027Q1.txt",
];

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("ivus-fuzz-tables-{}", process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    folder
});

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let (folder, given) = (FOLDER.join("tables"), tables::Given::default());
    let _ = fs::remove_dir_all(&folder);
    let number = usize::from(*how) % (NAMES.len() + 1);
    let Some(name) = NAMES.get(number) else {
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join("tables.toml"), rest).expect("the list can be written");
        if let Ok(loaded) = tables::load(&folder) {
            let _ = loaded.tables();
        }
        return;
    };
    let given = tables::Given {
        from: Date::new(2027, 1, 1).filter(|_| how & 0x80 != 0),
        ..given
    };
    let file = FOLDER.join(name);
    fs::write(&file, rest).expect("the file can be written");
    match tables::import(&[file], &folder, &given) {
        Ok(report) => {
            assert_eq!(report.files.len(), 1);
            let loaded = tables::load(&folder).expect("what was imported loads");
            let _ = loaded.tables();
        }
        Err(error) => {
            assert!(error.to_string().len() < 1000, "an error quotes no rows");
            assert!(tables::load(&folder).is_err(), "nothing is in force");
        }
    }
});

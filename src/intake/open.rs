//! Opens a file for reading line by line: unpacks gzip and zstd, known by their first bytes, and turns UTF-16 into UTF-8.

use std::{
    fs::File,
    io::{self, BufRead, BufReader},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::bufread::MultiGzDecoder;

/// The bytes of a file, unpacked.
pub(super) type Reader = Box<dyn BufRead>;

const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";

/// Opens a file. Packed files may have several members, one behind the other.
pub(super) fn open(path: &Path) -> io::Result<Reader> {
    unpack(File::open(path)?)
}

/// How many bytes of the input were read, as they lie on the disk: packed ones count packed.
pub(super) type Count = Arc<AtomicU64>;

/// The same, each byte counted as it is read.
pub(super) fn open_counted(path: &Path, count: Count) -> io::Result<Reader> {
    let file = File::open(path)?;
    unpack(Counted { file, count })
}

struct Counted {
    file: File,
    count: Count,
}

impl io::Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The same for bytes that are in no file.
pub(super) fn unpack(packed: impl io::Read + 'static) -> io::Result<Reader> {
    let mut file = BufReader::with_capacity(1 << 16, packed);
    let start = file.fill_buf()?;
    let unpacked: Box<dyn io::Read> = if start.starts_with(GZIP) {
        Box::new(MultiGzDecoder::new(file))
    } else if start.starts_with(ZSTD) {
        Box::new(zstd::stream::read::Decoder::with_buffer(file)?)
    } else {
        Box::new(file)
    };
    // Only a byte-order mark tells the encoding of a whole table; without one each cell is decoded on its own.
    let decoded = DecodeReaderBytesBuilder::new()
        .bom_sniffing(true)
        .strip_bom(true)
        .utf8_passthru(true)
        .build(unpacked);
    Ok(Box::new(BufReader::with_capacity(1 << 16, decoded)))
}

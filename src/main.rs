fn main() {
    let a = ivus::analyzer::Analyzer::builtin();
    let mut trace = false;
    for p in std::env::args().skip(1) {
        if p == "--trace" { trace = true; continue; }
        let mut files = vec![];
        if std::path::Path::new(&p).is_dir() { for e in std::fs::read_dir(&p).unwrap() { let q = e.unwrap().path(); if q.extension().is_some_and(|x| x == "txt") { files.push(q); } } files.sort(); } else { files.push(p.into()); }
        for f in files {
            let mut r = ivus::text::Report::new(f.file_stem().unwrap().to_string_lossy(), ivus::text::decode(&std::fs::read(&f).unwrap()));
            r.source = Some(f.display().to_string());
            let an = a.analyze(&r);
            if trace { an.print_trace(&r); } else {
            println!("{}", serde_json::to_string(&ivus::render::json::document(&a, &r, &an)).unwrap()); }
        }
    }
}

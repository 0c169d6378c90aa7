//! Other programs that read what a pack holds: `unzip`, `LibreOffice`, poppler.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use domain::packs::Manifest;

use super::{
    drawn::{MOBILE, SECRET},
    made::CAME,
};

pub(super) fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| {
        panic!("{program}: {error}; `cargo xtask test` installs what is missing")
    });
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {text}{error}");
    text
}

/// As many as `LibreOffice` converts by one start before it leaves some out.
const CONVERTED_AT_ONCE: usize = 100;

/// Converts many files by few starts of `LibreOffice`.
pub(super) fn convert(folder: &Path, to: &str, files: &[PathBuf]) {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let folder = folder.display().to_string();
    for files in files.chunks(CONVERTED_AT_ONCE) {
        let mut arguments = vec![
            &profile[..],
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            &folder,
        ];
        arguments.extend(files.iter().filter_map(|file| file.to_str()));
        run("soffice", &arguments);
    }
}

/// A workbook's sheets by name, each with its rows.
pub(super) type Book = BTreeMap<String, Vec<Vec<String>>>;

/// Workbooks as openpyxl reads them, in their order.
pub(super) fn cells(files: &[PathBuf]) -> Vec<Book> {
    const READ: &str = "\
import json, openpyxl, sys
books = []
for name in sys.argv[1:]:
    book = openpyxl.load_workbook(name)
    books.append({
        sheet.title: [['' if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book
    })
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == 'f']
    assert not formulas, formulas
print(json.dumps(books))
";
    let names = files.iter().map(|file| file.to_str().expect("a name"));
    let arguments: Vec<&str> = ["-c", READ].into_iter().chain(names).collect();
    serde_json::from_str(&run(python(), &arguments)).expect("JSON")
}

/// A Python that has openpyxl: Debian's package is its own Python's.
fn python() -> &'static str {
    let has = |program: &str| {
        let mut command = Command::new(program);
        let found = command.args(["-c", "import openpyxl"]).output();
        found.is_ok_and(|it| it.status.success())
    };
    if has("python3") {
        "python3"
    } else {
        "/usr/bin/python3"
    }
}

/// All files below a folder, without the folder's name.
pub(super) fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(at) = rest.pop() {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                rest.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below");
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}

/// `LibreOffice` and openpyxl read each workbook; the catalogue lists every file, the lists everybody who came.
pub(super) fn workbooks(out: &Path, manifest: &Manifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut copies = Vec::new();
    let names = manifest
        .entries
        .iter()
        .filter(|it| it.path.ends_with(".xlsx"));
    for (number, entry) in names.enumerate() {
        let copy = folder.path().join(format!("{number}.xlsx"));
        fs::copy(out.join(&entry.path), &copy).expect("copied");
        copies.push((entry.path.clone(), copy));
    }
    let files: Vec<PathBuf> = copies.iter().map(|(_, copy)| copy.clone()).collect();
    // 76: UTF-8.
    convert(
        folder.path(),
        "csv:Text - txt - csv (StarCalc):44,34,76",
        &files,
    );
    let books: Vec<Book> = files.chunks(CONVERTED_AT_ONCE).flat_map(cells).collect();
    assert_eq!(books.len(), copies.len());
    for ((path, copy), book) in copies.into_iter().zip(books) {
        let text = fs::read_to_string(copy.with_extension("csv")).expect("a table");
        if path == "目录.xlsx" {
            // The pages that were counted are those that LibreOffice makes (see `documents`).
            let long = text.lines().find(|line| line.contains("记录0.docx"));
            assert!(long.is_some_and(|line| line.contains(",3,")), "{long:?}");
            for entry in &manifest.entries {
                let own = ["目录.xlsx", "核验说明.txt"].contains(&entry.path.as_str());
                assert!(own || text.contains(&entry.path), "{}", entry.path);
            }
        } else {
            assert_eq!(text.matches(",90,").count(), CAME, "{path}: {text}");
            let rows = book["签到表"].iter();
            let came = rows.filter(|row| row.iter().any(|cell| cell == "90"));
            assert_eq!(came.count(), CAME, "{path}");
        }
    }
}

/// `LibreOffice` reads each document: a record's has its title, an item's sheet its code.
pub(super) fn texts(out: &Path, manifest: &Manifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut copies = Vec::new();
    let names = manifest
        .entries
        .iter()
        .filter(|it| it.path.ends_with(".docx"));
    for (number, entry) in names.enumerate() {
        let copy = folder.path().join(format!("{number}.docx"));
        fs::copy(out.join(&entry.path), &copy).expect("copied");
        copies.push((entry.path.clone(), copy));
    }
    let files: Vec<PathBuf> = copies.iter().map(|(_, copy)| copy.clone()).collect();
    convert(folder.path(), "txt:Text (encoded):UTF8", &files);
    for (path, copy) in copies {
        let text = fs::read_to_string(copy.with_extension("txt")).expect("a text");
        let name = Path::new(&path).file_stem().unwrap_or_default();
        let name = name.to_string_lossy();
        // `…/12 记录7.docx`, `…/Ⅰ-1-1 …/说明.docx`
        let wanted = match name.rsplit_once("记录") {
            Some((_, number)) => format!("记录{number}"),
            None => "评分".to_owned(),
        };
        assert!(text.contains(&wanted), "{path}: {text}");
        for hidden in [SECRET, MOBILE] {
            assert!(!text.contains(hidden), "{path}: {text}");
        }
    }
}

/// `LibreOffice` lays documents out as the catalogue says: pages, 28 characters in a line, 22 lines.
pub(super) fn documents(out: &Path, manifest: &Manifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let long = manifest
        .entries
        .iter()
        .find(|it| it.path.ends_with("记录0.docx"))
        .expect("the long record");
    let sheets = manifest
        .entries
        .iter()
        .filter(|it| it.path.ends_with("说明.docx"));
    let mut files = Vec::new();
    for (number, entry) in [long].into_iter().chain(sheets.take(4)).enumerate() {
        let copy = folder.path().join(format!("{number}.docx"));
        fs::copy(out.join(&entry.path), &copy).expect("copied");
        files.push(copy);
    }
    convert(folder.path(), "pdf", &files);
    let pdf = |number: usize| {
        folder
            .path()
            .join(format!("{number}.pdf"))
            .display()
            .to_string()
    };
    for number in 0..files.len() {
        let about = run("pdfinfo", &[&pdf(number)]);
        assert!(about.contains("A4"), "{about}");
        let text = run("pdftotext", &["-layout", &pdf(number), "-"]);
        assert!(text.replace(' ', "").contains("—1—"), "{text}");
    }
    let about = run("pdfinfo", &[&pdf(0)]);
    let pages = about
        .lines()
        .find(|line| line.starts_with("Pages:"))
        .unwrap_or_default();
    assert_eq!(pages.split_whitespace().last(), Some("3"), "{about}");
    let text = run("pdftotext", &["-layout", &pdf(0), "-"]);
    let full = text
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("文文文"));
    let widths: BTreeSet<usize> = full.map(|line| line.chars().count()).collect();
    assert_eq!(widths.iter().next_back(), Some(&28), "{text}");
    let second = text.split('\u{c}').nth(1).unwrap_or_default();
    let lines = second.lines().filter(|line| line.contains('文')).count();
    assert_eq!(lines, 22, "{second}");
}

/// How fast, beside `zip -0` of the same bytes.
pub(super) fn measure(bytes: u64, out: &Path, took: Duration) {
    let again = out.with_file_name("again.zip");
    let began = Instant::now();
    let status = Command::new("zip")
        .current_dir(out)
        .args(["-0", "-q", "-r"])
        .arg(&again)
        .arg(".")
        .status()
        .expect("zip runs");
    assert!(status.success());
    let plain = began.elapsed();
    fs::remove_file(&again).expect("removed");
    println!("{bytes} bytes in {took:?}; zip -0 of the same files in {plain:?}");
}

/// The most memory that the process had at once, store of photos included.
pub(super) fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.unwrap_or_default().to_owned()
}

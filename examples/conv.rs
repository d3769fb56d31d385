//! dev: convert files
use einv::*;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let to: Format = args[0].parse().unwrap();
    let out = &args[1];
    std::fs::create_dir_all(out).unwrap();
    for f in &args[2..] {
        let b = std::fs::read(f).unwrap();
        let c = Converter::new().to(Target::for_format(to)).on_loss(OnLoss::Allow).file(f.as_str());
        match c.convert(&b) {
            Err(e) => println!("{f}: ERR {e}"),
            Ok(c) => {
                let r = &c.report;
                println!(
                    "{f}: written={} read={} wrote={} content={} meaning={} tech={}",
                    r.written,
                    r.terms_read,
                    r.terms_written,
                    r.open_losses(Grade::Content),
                    r.open_losses(Grade::Meaning),
                    r.open_losses(Grade::Technical)
                );
                for l in &r.losses {
                    if l.grade != Grade::Technical {
                        println!(
                            "   {} {} {:?} {:?} {}",
                            l.grade,
                            l.finding.message,
                            l.term,
                            l.finding.found,
                            l.finding.place.as_ref().and_then(|p| p.path.clone()).unwrap_or_default()
                        );
                    }
                }
                for x in &r.findings {
                    println!("   F {} {} {:?} {:?}", x.code, x.message, x.found, x.expected);
                }
                if std::env::var("V").is_ok() {
                    for x in r.derivations.iter().chain(&r.changes) {
                        println!("   D {} {} {:?}", x.code, x.message, x.found);
                    }
                }
                if let Some(o) = c.output {
                    std::fs::write(format!("{out}/{}.xml", f.replace("../", "").replace('/', "__")), o).unwrap();
                }
            }
        }
    }
}

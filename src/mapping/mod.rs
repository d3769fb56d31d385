//! The notation of the mapping tables: read, checked, compiled, run in both directions.

mod compile;
mod derive;
mod expand;
mod lint;
mod notation;
mod parse;
mod plan;
mod read;
mod scope;
mod spell;
mod states;
mod structure;
mod tables;
mod write;

#[cfg(test)]
mod smoke {
    use super::*;
    #[test]
    fn smoke() {
        let t = tables::Tables::standard();
        for p in t.problems() { println!("{:?}", p); }
        for entry in std::env::var("SMOKE").unwrap_or_default().split(' ').filter(|s| !s.is_empty()) {
            let text = std::fs::read_to_string(entry).unwrap();
            let (syn, kind) = if text.contains("CrossIndustryInvoice") {("cii",0)} else if text.contains(":CreditNote-2") {("ubl",1)} else {("ubl",0)};
            let plan = t.plan(syn, kind).unwrap();
            let r = match read::read(&text, plan, crate::xml::Limits::default()) { Ok(r) => r, Err(e) => { println!("{entry}: {:?}", e.into_finding(&text)); continue } };
            for l in &r.lost { if l.grade != notation::Grade::Technical { println!("  lost {:?} {:?}", l, &text[l.at as usize..(l.at as usize+60).min(text.len())].chars().take(50).collect::<String>()); } }
            for to in ["cii","ubl"] {
                let k = if to=="ubl" { if syn=="ubl" {kind} else { usize::from(text.contains("TypeCode>381<")) } } else {0};
                let plan2 = t.plan(to, k).unwrap();
                let w = write::write(write::Source{text:&text,tape:&r.tape,plan:Some(plan)}, plan2, &t.terms, structure::Edition::D22B);
                println!("{entry} -> {to} {} bytes events {:?} breaches {:?}", w.bytes.len(), w.events, w.breaches);
                for (i,n) in r.tape.nodes.iter().enumerate() { if n.is_value() && !w.took(i) { println!("   not taken {} = {:?} sub {}", t.terms.get(n.term().unwrap()).label(), r.tape.raw(&text, n), n.is(crate::model::Flags::SUB)); } }
                std::fs::create_dir_all("/tmp/out").unwrap();
                std::fs::write(format!("/tmp/out/{}.{to}.xml", entry.replace('/', "_")), &w.bytes).unwrap();
            }
        }
    }
}

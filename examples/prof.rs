//! dev
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let b = std::fs::read(&f).unwrap();
    let to: einv::Format = std::env::args().nth(2).unwrap().parse().unwrap();
    let c = einv::Converter::new().to(einv::Target::for_format(to));
    for _ in 0..std::env::args().nth(3).map_or(3, |n| n.parse().unwrap()) {
        let r = c.convert(&b).unwrap();
        std::hint::black_box(&r);
    }
}

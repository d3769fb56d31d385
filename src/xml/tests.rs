//! What a document may be, and what is refused, with its place.

use std::ops::ControlFlow;

use super::{Element, Limits, Seen, peek};
use crate::finding::Finding;

/// Reads a document to its end.
fn read(source: &str) -> Result<Vec<String>, Finding> {
    read_within(source, Limits::default())
}

/// The elements of a document, each as `{namespace}name`.
fn read_within(source: &str, limits: Limits) -> Result<Vec<String>, Finding> {
    let mut names = Vec::new();
    let survey = super::Survey::of(source);
    let mut nothing = Nothing;
    super::walk(source, &survey, &[], limits, &mut nothing).map_err(|refusal| refusal.into_finding(source))?;
    let seen = peek(source, limits, |seen| {
        if let Seen::Open(Element { uri, local, .. }) = seen {
            names.push(format!("{{{uri}}}{local}"));
        }
        ControlFlow::Continue(())
    });
    seen.map_err(|refusal| refusal.into_finding(source)).map(|()| names)
}

struct Nothing;

impl<'a> super::Handler<'a> for Nothing {
    fn open(&mut self, _: &super::Tag<'a, '_>, _: &super::Names<'a>) -> Result<(), super::Refusal> {
        Ok(())
    }
    fn text(&mut self, _: usize, _: usize) {}
    fn cdata(&mut self, _: usize, _: usize) {}
    fn aside(&mut self, _: super::Aside, _: usize) {}
    fn close(&mut self, _: usize) -> Result<(), super::Refusal> {
        Ok(())
    }
}

#[test]
fn what_is_legal_is_read() {
    for source in [
        "<a/>",
        "<?xml version='1.0' standalone = \"yes\"?>\n<!-- - -->\n<a x = '1'\n\ty=\">\"></a >\n<?pi data?>\n",
        "<a>&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F600;</a>",
        "<a><![CDATA[<b>]]&gt;]]></a>",
        "<a>]] ></a>",
        "<ä:ö xmlns:ä='u' ä:ü='é'/>",
        "<a xml:lang='de' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
        "<p:a xmlns:p='u' xmlns:q='v' p:x='1' q:x='2' x='3'/>",
    ] {
        assert!(read(source).is_ok(), "{source}: {:?}", read(source));
    }
}

#[test]
fn namespaces_go_by_uri_wherever_they_are_declared() {
    let source = "<a xmlns='u'><p:b xmlns:p='v'><p:c xmlns:p='u'/><p:c/><d xmlns=''/></p:b><b xmlns='v&amp;w'/></a>";
    assert_eq!(read(source).unwrap(), ["{u}a", "{v}b", "{u}c", "{v}c", "{}d", "{v&w}b"]);
}

#[test]
fn what_is_broken_is_refused_where_it_breaks() {
    for (source, code, line, column) in [
        ("", "EINV-X01", 1, 1),
        ("  \n", "EINV-X01", 2, 1),
        ("<a>\n <b>ü</c></a>", "EINV-X01", 2, 6),
        ("<a>\n<b></a>", "EINV-X01", 2, 4),
        ("<a>\n", "EINV-X01", 2, 1),
        ("<a", "EINV-X01", 1, 1),
        ("<a/><b/>", "EINV-X01", 1, 5),
        ("<a/>x", "EINV-X01", 1, 5),
        ("x<a/>", "EINV-X01", 1, 1),
        ("&#65;<a/>", "EINV-X01", 1, 1),
        ("<a/><![CDATA[]]>", "EINV-X01", 1, 5),
        ("</a>", "EINV-X01", 1, 1),
        ("<a>\n<?xml version='1.0'?></a>", "EINV-X01", 2, 1),
        (" <?xml version='1.0'?><a/>", "EINV-X01", 1, 2),
        ("<?xml version='2.0'?><a/>", "EINV-X01", 1, 1),
        ("<?xml encoding='UTF-8'?><a/>", "EINV-X01", 1, 1),
        ("<a><?XML x?></a>", "EINV-X01", 1, 4),
        ("<a><? x?></a>", "EINV-X01", 1, 4),
        ("<a><!-- -- --></a>", "EINV-X01", 1, 4),
        ("<a><!-- ---></a>", "EINV-X01", 1, 4),
        ("<a>ü]]></a>", "EINV-X01", 1, 4),
        ("<a>ü\u{1}</a>", "EINV-X01", 1, 5),
        ("<a>\u{FFFF}</a>", "EINV-X01", 1, 4),
        ("<a>\0</a>", "EINV-X01", 1, 4),
        ("<a>&#0;</a>", "EINV-X01", 1, 4),
        ("<a>&#xD800;</a>", "EINV-X01", 1, 4),
        ("<a>&#x110000;</a>", "EINV-X01", 1, 4),
        ("<a>&#xFFFE;</a>", "EINV-X01", 1, 4),
        ("<a>&#;</a>", "EINV-X01", 1, 4),
        ("<a>&#-1;</a>", "EINV-X01", 1, 4),
        ("<a x='&#8;'/>", "EINV-X01", 1, 7),
        ("<a>& b</a>", "EINV-X01", 1, 4),
        ("<a>&euro;</a>", "EINV-X03", 1, 4),
        ("<a x='&euro;'/>", "EINV-X03", 1, 7),
        ("<!DOCTYPE a><a/>", "EINV-X03", 1, 1),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "EINV-X03", 1, 1),
        ("<a x='1' x='2'/>", "EINV-X01", 1, 10),
        ("<a xmlns='u' xmlns='u'/>", "EINV-X01", 1, 14),
        ("<a xmlns:p='u' xmlns:q='u' p:x='1' q:x='2'/>", "EINV-X01", 1, 36),
        ("<a x=1/>", "EINV-X01", 1, 5),
        ("<a x/>", "EINV-X01", 1, 4),
        ("<a x='1'y='2'/>", "EINV-X01", 1, 9),
        ("<a x='<'/>", "EINV-X01", 1, 7),
        ("<a 1='x'/>", "EINV-X01", 1, 4),
        ("<p:a/>", "EINV-X01", 1, 1),
        ("<a xmlns:p=''/>", "EINV-X01", 1, 4),
        ("<a xmlns:xml='u'/>", "EINV-X01", 1, 4),
        ("<a xmlns:xmlns='u'/>", "EINV-X01", 1, 4),
        ("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "EINV-X01", 1, 4),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", "EINV-X01", 1, 4),
        ("<a xmlns:b:c='u'/>", "EINV-X01", 1, 4),
        ("<a xmlns:='u'/>", "EINV-X01", 1, 4),
        ("<1a/>", "EINV-X01", 1, 1),
        ("<a:b:c xmlns:a='u'/>", "EINV-X01", 1, 1),
        ("<:a/>", "EINV-X01", 1, 1),
        ("<></>", "EINV-X01", 1, 1),
    ] {
        let finding = read(source).expect_err(source);
        let place = finding.place.clone().unwrap();
        assert_eq!((finding.code.as_str(), place.line, place.column), (code, line, column), "{source:?}: {finding:?}");
    }
}

#[test]
fn each_limit_is_named_where_it_is_met() {
    let limits = crate::limits::Limits::default().depth(3).attributes(3).namespaces(2).name(8).text(4);
    let limits = Limits::from(&limits);
    assert!(read_within("<a x='1234'><abcde><c>1234</c>123</abcde>12</a>", limits).is_ok());
    for (source, limit, column) in [
        ("<a><b><c><d/></c></b></a>", "depth", 10),
        ("<a b='' c='' d='' e=''/>", "attributes", 19),
        ("<a xmlns='a' xmlns:b='b' xmlns:c='c'/>", "namespaces", 26),
        ("<a xmlns='a'><a xmlns='b'><a xmlns='c'/></a></a>", "namespaces", 30),
        ("<abcdefghi/>", "name", 1),
        ("<a abcdefghi=''/>", "name", 4),
        ("<a>12345</a>", "text", 4),
        ("<a>12<!-- -->34</a>", "text", 4),
        ("<a>1&amp;</a>", "text", 4),
        ("<a><![CDATA[]]></a>", "text", 4),
        ("<a><b/>12345</a>", "text", 8),
        ("<a b='12345'/>", "text", 4),
    ] {
        let finding = read_within(source, limits).expect_err(source);
        assert_eq!(finding.code, "EINV-X04", "{source}: {finding:?}");
        assert!(finding.help.as_deref().unwrap().contains(&format!("--limit {limit}=")), "{source}: {finding:?}");
        assert_eq!(finding.place.unwrap().column, column, "{source}");
    }
}

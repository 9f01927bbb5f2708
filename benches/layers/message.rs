//! One INVITE -> its lines, its typed headers, its bodies.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use sipclause::message::body::resource_list::ResourceList;
use sipclause::message::body::sdp::Sdp;
use sipclause::message::body::{Bodies, MediaType};
use sipclause::message::headers::{AcceptContact, CSeq, CallId, NameAddr, SessionExpires, Via, contacts};
use sipclause::message::{Message, Name};

pub(crate) fn bench(criterion: &mut Criterion) {
    let flow = super::ad_hoc();
    let bytes = &flow.messages[0].bytes[..];
    let invite = Message::split(bytes);
    assert!(invite.is("INVITE"));
    let mut group = criterion.benchmark_group("split");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("invite", |bencher| bencher.iter(|| Message::split(black_box(bytes))));
    group.finish();
    criterion.bench_function("headers/invite", |bencher| bencher.iter(|| headers(black_box(&invite))));
    bodies(criterion, &invite);
}

/// How many values of its headers could be read.
fn headers(invite: &Message<'_>) -> usize {
    let mut read = Via::all(invite).filter(Result::is_ok).count();
    read += contacts(invite).filter(Result::is_ok).count();
    read += AcceptContact::all(invite).filter(Result::is_ok).count();
    for name in [Name::From, Name::To] {
        let address = NameAddr::first(invite, name).and_then(Result::ok);
        read += usize::from(address.is_some_and(|address| address.uri().is_ok()));
    }
    read += usize::from(matches!(CSeq::of(invite), Some(Ok(_))));
    read += usize::from(matches!(CallId::of(invite), Some(Ok(_))));
    read += usize::from(matches!(SessionExpires::of(invite), Some(Ok(_))));
    read + invite.values(Name::Allow).count() + invite.values(Name::Supported).count()
}

fn bodies(criterion: &mut Criterion, invite: &Message<'_>) {
    let all = Bodies::of(invite);
    let sdp = &*all.sdp_parts().next().unwrap().content;
    let list = &*all.resource_list_parts().next().unwrap().content;
    assert!(Sdp::parse(sdp).is_sound() && ResourceList::parse(list).is_sound());
    let kind = invite.first(Name::ContentType).unwrap();
    let mut group = criterion.benchmark_group("bodies");
    group.bench_function("media type", |bencher| bencher.iter(|| MediaType::parse(black_box(kind))));
    group.bench_function("multipart", |bencher| bencher.iter(|| Bodies::of(black_box(invite)).parts.len()));
    group.bench_function("sdp", |bencher| bencher.iter(|| Sdp::parse(black_box(sdp))));
    group.bench_function("resource list", |bencher| bencher.iter(|| ResourceList::parse(black_box(list))));
    group.finish();
}

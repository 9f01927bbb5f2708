//! Mistakes against 6.2.1.1-ok1: the session timer that the 200 starts (RFC 4028).

use super::{Fault, Step, Target};
use crate::compose::{Action, Swap};

pub(super) fn faults() -> Vec<Fault> {
    let timer = |name, title| Fault::new(name, title).breaks(&["6.2.1.1-ok1"]);
    let late = |target| Step::new(target, Action::Outlast);
    let answer = |action| Step::new(Target::Refreshed, action);
    let in_200 = |replace, by| Step::new(Target::Success, Action::header("Session-Expires", replace, by));
    vec![
        timer("refresh-missing", "no refresh in a dialog that outlives its interval").step(late(Target::End)),
        timer("refresh-missing-while-talking", "a request after the interval, and no refresh before it")
            .step(late(Target::Talk)),
        timer("refresh-late", "a refresh after the interval has run out").step(late(Target::FirstRefresh)),
        timer(
            "refresh-by-the-requested-interval",
            "a refresh timed by the interval of the INVITE, not of the 200",
        )
        .step(Step::new(
            Target::Success,
            Action::Set("Session-Expires".into(), "{shorter-interval};refresher=uac".into()),
        )),
        timer("refresh-not-repeated-after-422", "a refresh refused with 422, and no other try")
            .step(late(Target::End))
            .step(answer(Action::StartLine(Swap {
                replace: "200 OK".into(),
                by: "422 Session Interval Too Small".into(),
            })))
            .step(answer(Action::Set("Session-Expires".into(), "100000".into())))
            .step(answer(Action::Rename("Session-Expires".into(), "Min-SE".into())))
            .step(answer(Action::Remove("Require".into())))
            .step(answer(Action::Remove("Contact".into()))),
        timer("refresh-not-repeated-after-500", "a refresh refused with 500, and no other try")
            .step(late(Target::End))
            .step(answer(Action::StartLine(Swap {
                replace: "200 OK".into(),
                by: "500 Server Internal Error".into(),
            })))
            .step(answer(Action::Remove("Session-Expires".into())))
            .step(answer(Action::Remove("Require".into())))
            .step(answer(Action::Remove("Contact".into()))),
        timer(
            "bye-missing-when-the-server-does-not-refresh",
            "no BYE though the server, which was to refresh, did not",
        )
        .step(late(Target::End))
        .step(in_200("refresher=uac", "refresher=uas")),
    ]
}

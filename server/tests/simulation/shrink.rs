//! Makes a failing seed's story shorter: whatever can be left out while the same promise stays broken
//! is left out.

use crate::{
    plan::{Plan, Step},
    simulation::{Options, Report, run},
};

/// So many runs are worth it.
const RUNS: usize = 80;

/// The shortest run found that breaks the same promise, and the steps that it needs.
pub fn shrink(options: &Options, report: Report) -> (Vec<Step>, Report) {
    let Some(promise) = report.broken.first().map(|broken| broken.promise) else {
        return (Vec::new(), report);
    };
    let mut runs = 0;
    let mut best = (options.clone(), report);
    let mut attempt = |best: &mut (Options, Report), options: Options| {
        if runs == RUNS {
            return;
        }
        runs += 1;
        let report = run(&options);
        if report.broken.iter().any(|it| it.promise == promise) {
            *best = (options, report);
        }
    };
    let mut fair = best.0.clone();
    fair.fair_weather = true;
    attempt(&mut best, fair);
    let plan = Plan::of(options.seed);
    // Halves first, then quarters, down to single steps.
    let mut size = plan.steps.len().div_ceil(2);
    loop {
        for start in (0..plan.steps.len()).step_by(size.max(1)) {
            let mut fewer = best.0.clone();
            fewer
                .without
                .extend(start..(start + size).min(plan.steps.len()));
            if fewer.without != best.0.without {
                attempt(&mut best, fewer);
            }
        }
        if size <= 1 {
            break;
        }
        size = size.div_ceil(2);
    }
    let steps = plan.steps.into_iter().enumerate();
    let steps = steps.filter(|(place, _)| !best.0.without.contains(place));
    (steps.map(|(_, step)| step).collect(), best.1)
}

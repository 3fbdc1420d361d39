// How the kernel shares processors out between threads.
#pragma once

namespace cdp {

/// Makes this thread, and all threads and processes that it starts from now on, a batch (sched(7),
/// SCHED_BATCH): a thread that wakes up waits for its turn, and does not take the processor from
/// one that runs. Meant for threads that work into each other's hands; where processors are free it
/// changes nothing.
///
/// A policy that somebody chose is left as it is. A refusal is not a fault: it would only be
/// faster. Makes system calls only, so it may be called between fork and exec.
void schedule_as_batch() noexcept;

}  // namespace cdp

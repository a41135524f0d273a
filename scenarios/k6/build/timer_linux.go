package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// sharpenTimer lets this thread sleep to the microsecond: Linux's default slack is 50 us.
func sharpenTimer() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)
}

// comeFirst puts this thread alone into the lowest real-time priority, where the user may: it works some
// microseconds a request, and must not wait for a core behind those that are measured. In the whole
// process the collector of garbage would come first, too.
func comeFirst() {
	attributes := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: 1}
	_ = unix.SchedSetAttr(0, &attributes, 0)
}

// sleepFor blocks the thread: Go's own timers are good to a millisecond where it has nothing to do.
// It may return early, since Go sends its threads signals.
func sleepFor(wait time.Duration) {
	spec := unix.NsecToTimespec(wait.Nanoseconds())
	_ = unix.ClockNanosleep(unix.CLOCK_MONOTONIC, 0, &spec, nil)
}

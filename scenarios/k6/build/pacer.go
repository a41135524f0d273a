package main

import (
	"container/heap"
	"runtime"
	"time"
)

// A pacer sends what is planned when it is due, from a thread of its own, so that neither the script
// nor the collection of garbage decides when.
type pacer struct{ queue chan planned }

type planned struct {
	line *line
	n    int64
	key  string
	// bytes of the value that fills it, where it is planned to miss; else 0.
	bytes     int64
	due       time.Duration
	isCounted bool
}

// keep records a sample of a line that is timed.
func (p planned) keep(begun, ended time.Duration, outcome int) {
	if !p.line.isTimed {
		return
	}
	timed.Lock()
	timed.samples = append(timed.samples, sample{
		p.n, begun.Microseconds(), (ended - begun).Microseconds(), outcome, p.bytes > 0,
	})
	timed.Unlock()
}

// plannedMax bounds what is planned and not yet sent.
const plannedMax = 1 << 14

// startPacer starts one that comes before all others where what it sends is timed.
func startPacer(isTimed bool) *pacer {
	p := &pacer{make(chan planned, plannedMax)}
	go p.run(isTimed)
	return p
}

// plan is false where too much is planned already.
func (p *pacer) plan(one planned) bool {
	select {
	case p.queue <- one:
		return true
	default:
		return false
	}
}

// run sends what is due first, and writes requests of one line that are due together at once. Scripts
// plan far enough ahead that nothing earlier comes in while it waits.
func (p *pacer) run(isTimed bool) {
	runtime.LockOSThread()
	sharpenTimer()
	if isTimed {
		comeFirst()
	}
	var waiting schedule
	for {
		if len(waiting) == 0 {
			heap.Push(&waiting, <-p.queue)
		}
		for len(p.queue) > 0 {
			heap.Push(&waiting, <-p.queue)
		}
		waitUntil(waiting[0].due)
		p.sendDue(&waiting)
	}
}

func (p *pacer) sendDue(waiting *schedule) {
	now := time.Since(processStart)
	var unflushed *line
	for len(*waiting) > 0 && (*waiting)[0].due <= now {
		one := heap.Pop(waiting).(planned)
		if unflushed != nil && unflushed != one.line {
			unflushed.flush()
		}
		one.line.send(one)
		unflushed = one.line
	}
	if unflushed != nil {
		unflushed.flush()
	}
}

// schedule is a heap by due time.
type schedule []planned

func (s schedule) Len() int           { return len(s) }
func (s schedule) Less(i, j int) bool { return s[i].due < s[j].due }
func (s schedule) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *schedule) Push(one any)      { *s = append(*s, one.(planned)) }
func (s *schedule) Pop() any {
	last := len(*s) - 1
	one := (*s)[last]
	*s = (*s)[:last]
	return one
}

func waitUntil(due time.Duration) {
	for {
		wait := due - time.Since(processStart)
		if wait <= 0 {
			return
		}
		sleepFor(wait)
	}
}

package main

import (
	"strconv"
	"sync"
)

// A meter sends lookups at planned moments and times them here, not in the script, whose engine would
// be counted as the server's.
type meter struct{ lines }

type sample struct {
	n, startedUs, durationUs int64
	outcome                  int
	isMiss                   bool
}

// The outcomes by number, as scenarios/spike/samples.ts lists them.
const (
	outcomeHit      = 0
	outcomeLoaded   = 1
	outcomeRejected = 2
	outcomeFailed   = 3
	outcomeForeign  = 4
)

var timed struct {
	sync.Mutex
	samples []sample
}

func (m *moduleInstance) openMeter(url string, fillsMax int) *meter {
	one := &meter{m.openLines(url, fillsMax)}
	one.isTimed = true
	return one
}

// StartedAtMs is the wall clock, milliseconds since 1970, at which samples begin to count.
func (m *meter) StartedAtMs() float64 {
	return startedAtMs()
}

// Ask plans one lookup, timed as sample n, for a moment of the wall clock in milliseconds since 1970.
// Requests go out in the order in which they are planned. With bytes of 0 it is planned to hit: it is a
// hit where the reply's body holds the seal in a line of its own. Else it is planned to miss, and ends
// when a value of that size was loaded and put.
func (m *meter) Ask(n int64, tenant int, key string, bytes int64, dueAtMs float64) {
	one, isPlanned := m.plan(tenant, planned{n: n, key: key, bytes: bytes}, dueAtMs)
	if !isPlanned {
		one.keep(one.due, one.due, outcomeFailed)
	}
}

// Drain hands over the samples of planned hits or of planned misses that are complete, of all virtual
// users, as the text of a sample line, and forgets them.
func (m *meter) Drain(ofMisses bool) string {
	timed.Lock()
	all := timed.samples
	timed.samples = nil
	text := make([]byte, 0, 24*len(all))
	for _, one := range all {
		if one.isMiss != ofMisses {
			timed.samples = append(timed.samples, one)
			continue
		}
		if len(text) > 0 {
			text = append(text, ';')
		}
		for _, number := range []int64{one.n, one.startedUs, one.durationUs} {
			text = strconv.AppendInt(text, number, 36)
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(one.outcome), 10)
	}
	timed.Unlock()
	return string(text)
}

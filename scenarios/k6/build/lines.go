package main

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"go.k6.io/k6/js/common"
)

// lines are the connections, one a tenant, on which requests are sent at planned moments. In k6's
// engine an iteration, the promise, the clock and the reply of one lookup cost several times the
// lookup; so the script plans some milliseconds ahead and a thread of its own sends. No answer is
// waited for before the next request is sent.
type lines struct {
	instance *moduleInstance
	options  *redis.Options
	all      []*line
	// filling holds a place for each fill under way; there are no more.
	filling chan struct{}
	opened  bool
	// isTimed says whether samples are kept of what these lines send.
	isTimed bool
}

var (
	processStart = time.Now()
	pacerOnce    sync.Once
	thePacer     *pacer
)

// startedAtMs is the wall clock, milliseconds since 1970, from which the process counts.
func startedAtMs() float64 {
	return float64(processStart.UnixMicro()) / 1000
}

func (m *moduleInstance) openLines(url string, fillsMax int) lines {
	options, err := redis.ParseURL(url)
	if err != nil {
		common.Throw(m.vu.Runtime(), err)
	}
	return lines{instance: m, options: options, filling: make(chan struct{}, fillsMax)}
}

// Prepare opens a line for a tenant, at the first request, and returns its number.
func (l *lines) Prepare(tenant preparedTenant) int {
	if tenant.At < 1 || tenant.At >= len(tenant.Command) {
		l.throw("prepare: index %d, expected one of %d words but the first", tenant.At, len(tenant.Command))
	}
	if err := tenant.Fill.check(); err != nil {
		common.Throw(l.instance.vu.Runtime(), err)
	}
	l.all = append(l.all, newLine(tenant, l.isTimed, l.filling))
	return len(l.all) - 1
}

// plan hands a request to the pacer; it is false where too much is planned already.
func (l *lines) plan(at int, one planned, dueAtMs float64) (planned, bool) {
	if at < 0 || at >= len(l.all) {
		l.throw("line %d, expected one of %d prepared", at, len(l.all))
	}
	if !l.opened {
		l.open()
	}
	one.line = l.all[at]
	one.due = time.Duration(math.Round((dueAtMs - startedAtMs()) * float64(time.Millisecond)))
	return one, thePacer.plan(one)
}

// open is left to the first request, as k6 wants it: the init context makes no connections.
func (l *lines) open() {
	state := l.instance.vu.State()
	if state == nil {
		common.Throw(l.instance.vu.Runtime(), common.NewInitContextError("sending in the init context is not supported"))
	}
	l.options.PoolSize = cap(l.filling)
	dial := dialFor(l.options, state.Dialer)
	if l.options.TLSConfig == nil {
		l.options.Dialer = dial
	}
	fills := redis.NewClient(l.options)
	for _, one := range l.all {
		one.options = l.options
		one.dial = dial
		one.fills = fills
		one.connect()
	}
	pacerOnce.Do(func() { thePacer = startPacer(l.isTimed) })
	l.opened = true
}

func (l *lines) throw(format string, values ...any) {
	common.Throw(l.instance.vu.Runtime(), fmt.Errorf(format, values...))
}

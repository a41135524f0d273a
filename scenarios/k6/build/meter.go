package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"go.k6.io/k6/js/common"
)

// A meter sends single commands and times them here, not in the script: in k6's engine the promise,
// the clock and the reply of one lookup cost several times the lookup, and what the engine takes
// would be counted as the server's. The iteration does not wait for the reply, so no slow server can
// use up the virtual users.
type meter struct {
	connection
	prepared []prepared
}

type prepared struct {
	command  []string
	at       int
	sealHead string
}

// askedMax bounds what is on its way in the whole process; beyond it a command counts as failed.
const askedMax = 4096

// replyTimeout is longer than any deadline of a tier: what takes longer has failed anyway.
const replyTimeout = 5 * time.Second

type sample struct {
	n, startedUs, durationUs int64
	outcome                  int
}

// The outcomes by number, as scenarios/spike/samples.ts lists them.
const (
	outcomeHit      = 0
	outcomeRejected = 2
	outcomeFailed   = 3
	outcomeForeign  = 4
)

var (
	processStart = time.Now()
	asked        = make(chan struct{}, askedMax)
	timed        struct {
		sync.Mutex
		samples []sample
	}
)

func (m *moduleInstance) openMeter(url string) *meter {
	return &meter{connection: openConnection(m.vu, url)}
}

// StartedAtMs is the wall clock, milliseconds since 1970, at which samples begin to count.
func (m *meter) StartedAtMs() float64 {
	return float64(processStart.UnixMicro()) / 1000
}

// Prepare keeps what the lookups of one tenant have in common, and returns its number for Ask: the
// command, the index of the word that the key is appended to, and what stands before the key in the
// seal of a value.
func (m *meter) Prepare(command []string, at int, sealHead string) int {
	if at < 0 || at >= len(command) {
		common.Throw(m.vu.Runtime(), fmt.Errorf("prepare: index %d, expected one of %d words", at, len(command)))
	}
	m.prepared = append(m.prepared, prepared{command, at, sealHead})
	return len(m.prepared) - 1
}

// Ask sends one lookup and times it as sample n. The reply is a hit where its body holds the seal in
// a line of its own.
func (m *meter) Ask(n int64, tenant int, key string) {
	begun := time.Since(processStart)
	if tenant < 0 || tenant >= len(m.prepared) {
		common.Throw(m.vu.Runtime(), fmt.Errorf("ask: tenant %d, expected one of %d prepared", tenant, len(m.prepared)))
	}
	client, err := m.connect()
	if err != nil {
		common.Throw(m.vu.Runtime(), err)
	}
	select {
	case asked <- struct{}{}:
	default:
		keep(n, begun, outcomeFailed)
		return
	}
	one := m.prepared[tenant]
	words := make([]any, len(one.command))
	for i, word := range one.command {
		words[i] = word
	}
	words[one.at] = one.command[one.at] + key
	seal := "\n" + one.sealHead + key + "\n"
	go func() {
		// Not the script's context: that one ends with the iteration, which does not wait.
		ctx, cancel := context.WithTimeout(context.Background(), replyTimeout)
		defer cancel()
		outcome := exchange(ctx, client, words, seal)
		keep(n, begun, outcome)
		<-asked
	}()
}

func exchange(ctx context.Context, client *redis.Client, words []any, seal string) int {
	reply, err := client.Do(ctx, words...).Slice()
	if err != nil || len(reply) == 0 {
		return outcomeFailed
	}
	code, isNumber := reply[0].(int64)
	switch {
	case isNumber && code == 2:
		return outcomeRejected
	case !isNumber || code%10 != 1 || len(reply) < 4:
		return outcomeFailed
	}
	body, _ := reply[3].(string)
	if !strings.Contains(body, seal) {
		return outcomeForeign
	}
	return outcomeHit
}

func keep(n int64, begun time.Duration, outcome int) {
	took := time.Since(processStart) - begun
	timed.Lock()
	timed.samples = append(timed.samples, sample{n, begun.Microseconds(), took.Microseconds(), outcome})
	timed.Unlock()
}

// Drain hands over the samples that are complete, of all virtual users, as the text of a sample
// line, and forgets them.
func (m *meter) Drain() string {
	timed.Lock()
	samples := timed.samples
	timed.samples = nil
	timed.Unlock()
	line := make([]byte, 0, 24*len(samples))
	for i, one := range samples {
		if i > 0 {
			line = append(line, ';')
		}
		for _, number := range []int64{one.n, one.startedUs, one.durationUs} {
			line = strconv.AppendInt(line, number, 36)
			line = append(line, ',')
		}
		line = strconv.AppendInt(line, int64(one.outcome), 10)
	}
	return string(line)
}

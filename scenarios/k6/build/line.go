package main

import (
	"context"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gomodule/redigo/redis"
	goredis "github.com/redis/go-redis/v9"
)

// preparedTenant is what a tenant's lookups have in common.
type preparedTenant struct {
	Command []string `js:"command"`
	// At is the index of the word that a key is appended to.
	At int `js:"at"`
	// SealHead stands before the key in the seal of a value.
	SealHead string `js:"sealHead"`
	// HasDenyList makes the line remember rejections and spare the server what would be rejected again.
	HasDenyList bool `js:"hasDenyList"`
	Fill        fill `js:"fill"`
}

// A line is one tenant's connection: requests go out as they are due, and a reader takes the replies,
// which come in the order of the requests.
type line struct {
	preparedTenant
	isTimed bool
	filling chan struct{}

	options *goredis.Options
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	fills   *goredis.Client
	opened  chan *connected
	current *connected

	deniedUntil atomic.Int64
	deniedCount atomic.Int64
}

// connected is a connection and what was sent on it and not yet answered. A broken one is left with
// its requests, which fail, and never used again: its replies can belong to nobody else.
type connected struct {
	conn   redis.Conn
	sent   chan sent
	broken chan struct{}
}

type sent struct {
	planned
	begun time.Duration
}

// sentMax bounds what one line has on its way; beyond it a request counts as failed.
const sentMax = 4096

// replyTimeout is longer than any deadline of a tier: what takes longer has failed anyway.
const replyTimeout = 5 * time.Second

// redialPause is how long requests fail at once after a connection could not be opened.
const redialPause = 100 * time.Millisecond

func newLine(tenant preparedTenant, isTimed bool, filling chan struct{}) *line {
	return &line{
		preparedTenant: tenant, isTimed: isTimed, filling: filling, opened: make(chan *connected, 1),
	}
}

// connect hands over a connection, or none where there was no way.
func (l *line) connect() {
	o := l.options
	settings := []redis.DialOption{
		redis.DialUsername(o.Username), redis.DialPassword(o.Password), redis.DialDatabase(o.DB),
		redis.DialReadTimeout(replyTimeout), redis.DialWriteTimeout(replyTimeout),
		redis.DialConnectTimeout(replyTimeout),
	}
	if o.TLSConfig != nil {
		settings = append(settings, redis.DialUseTLS(true), redis.DialTLSConfig(o.TLSConfig))
	} else {
		settings = append(settings, redis.DialContextFunc(l.dial))
	}
	conn, err := redis.Dial(o.Network, o.Addr, settings...)
	if err != nil {
		time.Sleep(redialPause)
		l.opened <- nil
		return
	}
	one := &connected{conn, make(chan sent, sentMax), make(chan struct{})}
	go l.read(one)
	l.opened <- one
}

// ready is the connection, or nil while there is none; it never waits.
func (l *line) ready() *connected {
	if l.current != nil {
		select {
		case <-l.current.broken:
			l.current = nil
			go l.connect()
		default:
			return l.current
		}
	}
	select {
	case one := <-l.opened:
		l.current = one
		if one == nil {
			go l.connect()
		}
	default:
	}
	return l.current
}

// send puts one request into the write that flush ends; what cannot be sent has failed.
func (l *line) send(request planned) {
	begun := time.Since(processStart)
	if l.HasDenyList && int64(begun) < l.deniedUntil.Load() {
		if request.isCounted {
			l.deniedCount.Add(1)
		}
		return
	}
	one := l.ready()
	if one == nil || len(one.sent) == cap(one.sent) {
		request.keep(begun, begun, outcomeFailed)
		return
	}
	words := make([]any, len(l.Command)-1)
	for i, word := range l.Command[1:] {
		words[i] = word
	}
	words[l.At-1] = l.Command[l.At] + request.key
	one.sent <- sent{request, begun}
	// An error breaks the connection for the reader too, which then fails what was sent.
	_ = one.conn.Send(l.Command[0], words...)
}

func (l *line) flush() {
	if l.current != nil {
		_ = l.current.conn.Flush()
	}
}

// read takes the replies until the connection breaks; what is still unanswered then has failed.
func (l *line) read(from *connected) {
	for one := range from.sent {
		row, err := redis.Values(from.conn.Receive())
		l.answered(one, row, err)
		if from.conn.Err() != nil {
			break
		}
	}
	close(from.broken)
	_ = from.conn.Close()
	for {
		select {
		case one := <-from.sent:
			one.keep(one.begun, time.Since(processStart), outcomeFailed)
		case <-time.After(replyTimeout):
			return
		}
	}
}

// Codes of a lookup's row, as core/policy/outcome-code.ts has them; its tens tell of the limit.
const (
	codeMiss     = 0
	codeHit      = 1
	codeRejected = 2
)

// answered reads a row of the lookup's script: a code; of a miss its fence, of a rejection after how
// many milliseconds to come again; of a hit, fourth, the body, with the seal in a line of its own.
func (l *line) answered(one sent, row []any, err error) {
	ended := time.Since(processStart)
	if err != nil || len(row) < 2 {
		one.keep(one.begun, ended, outcomeFailed)
		return
	}
	code, _ := row[0].(int64)
	detail, _ := row[1].(int64)
	switch {
	case code == codeRejected:
		if l.HasDenyList {
			l.deniedUntil.Store(int64(ended + time.Duration(detail)*time.Millisecond))
		}
		one.keep(one.begun, ended, outcomeRejected)
	case code%10 == codeMiss && one.bytes > 0:
		l.fill(one, detail)
	case code%10 == codeHit && len(row) >= 4:
		one.keep(one.begun, ended, l.hitOr(outcomeForeign, row[3], one.key))
	default:
		one.keep(one.begun, ended, outcomeFailed)
	}
}

// hitOr checks a body whose lookup is timed.
func (l *line) hitOr(otherwise int, body any, key string) int {
	bytes, _ := body.([]byte)
	if l.isTimed && !strings.Contains(string(bytes), "\n"+l.SealHead+key+"\n") {
		return otherwise
	}
	return outcomeHit
}

// fill loads and puts behind the reader's back; one that finds no place has failed.
func (l *line) fill(one sent, fence int64) {
	select {
	case l.filling <- struct{}{}:
	default:
		one.keep(one.begun, time.Since(processStart), outcomeFailed)
		return
	}
	go func() {
		outcome := outcomeLoaded
		if l.Fill.run(l.fills, one.key, one.bytes, fence) != nil {
			outcome = outcomeFailed
		}
		one.keep(one.begun, time.Since(processStart), outcome)
		<-l.filling
	}()
}

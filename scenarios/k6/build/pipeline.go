package main

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/grafana/sobek"
	"github.com/redis/go-redis/v9"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/js/promises"
)

// k6/x/redis sends one command a write and makes one promise a command. At ten thousand requests a
// second that is most of a core, so that on a small machine the generator, not Redis, is what is
// measured. This module sends a batch of commands as real Redis clients do under load: pipelined,
// one write and one promise a batch. Each command is still a request of its own to the server.
func init() {
	modules.Register("k6/x/partywall", rootModule{})
}

type rootModule struct{}

func (rootModule) NewModuleInstance(vu modules.VU) modules.Instance {
	return &moduleInstance{vu: vu}
}

type moduleInstance struct{ vu modules.VU }

func (m *moduleInstance) Exports() modules.Exports {
	return modules.Exports{Named: map[string]any{"openPipeline": m.openPipeline}}
}

// openPipeline takes a redis:// or rediss:// URL; the connection is made by the first send.
func (m *moduleInstance) openPipeline(url string) *pipeline {
	options, err := redis.ParseURL(url)
	if err != nil {
		common.Throw(m.vu.Runtime(), err)
	}
	return &pipeline{vu: m.vu, options: options}
}

type pipeline struct {
	vu      modules.VU
	options *redis.Options
	once    sync.Once
	client  *redis.Client
}

// SendEach sends the command once for each value, which takes the place of the word at the given
// index. It resolves with one reply each, in order; a command that the server refused has null. It
// rejects where the connection failed.
func (p *pipeline) SendEach(command []string, at int, values []string) *sobek.Promise {
	promise, resolve, reject := promises.New(p.vu)
	state := p.vu.State()
	switch {
	case state == nil:
		reject(common.NewInitContextError("sending commands in the init context is not supported"))
		return promise
	case at < 0 || at >= len(command):
		reject(fmt.Errorf("sendEach: index %d, expected one of the %d words", at, len(command)))
		return promise
	}
	p.once.Do(func() {
		if p.options.TLSConfig == nil {
			p.options.Dialer = state.Dialer.DialContext
		}
		p.client = redis.NewClient(p.options)
	})
	ctx := p.vu.Context()
	go func() {
		replies, err := p.exchange(ctx, command, at, values)
		if err != nil {
			reject(err)
			return
		}
		resolve(replies)
	}()
	return promise
}

func (p *pipeline) exchange(ctx context.Context, command []string, at int, values []string) ([]any, error) {
	batch := p.client.Pipeline()
	sent := make([]*redis.Cmd, len(values))
	for i, value := range values {
		words := make([]any, len(command))
		for j, word := range command {
			words[j] = word
		}
		words[at] = value
		sent[i] = batch.Do(ctx, words...)
	}
	// Exec reports the first failed command; whether a command failed is told one by one.
	_, _ = batch.Exec(ctx)
	replies := make([]any, len(sent))
	for i, one := range sent {
		reply, err := one.Result()
		var refused redis.Error
		if err != nil && !errors.As(err, &refused) {
			return nil, err
		}
		if err == nil {
			replies[i] = reply
		}
	}
	return replies, nil
}

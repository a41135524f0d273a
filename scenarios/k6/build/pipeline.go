package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	"github.com/redis/go-redis/v9"
	"go.k6.io/k6/js/promises"
)

// A pipeline sends a batch of commands as real Redis clients do under load: one write and one promise
// a batch. Each command is still a request of its own to the server.
type pipeline struct{ connection }

func (m *moduleInstance) openPipeline(url string) *pipeline {
	return &pipeline{openConnection(m.vu, url)}
}

// SendEach sends the command once for each value, which takes the place of the word at the given
// index. It resolves with one reply each, in order; a command that the server refused has null. It
// rejects where the connection failed.
func (p *pipeline) SendEach(command []string, at int, values []string) *sobek.Promise {
	promise, resolve, reject := promises.New(p.vu)
	client, err := p.connect()
	if err == nil && (at < 0 || at >= len(command)) {
		err = fmt.Errorf("sendEach: index %d, expected one of %d words", at, len(command))
	}
	if err != nil {
		reject(err)
		return promise
	}
	ctx := p.vu.Context()
	go func() {
		replies, err := exchangeBatch(ctx, client, command, at, values)
		if err != nil {
			reject(err)
			return
		}
		resolve(replies)
	}()
	return promise
}

func exchangeBatch(
	ctx context.Context, client *redis.Client, command []string, at int, values []string,
) ([]any, error) {
	batch := client.Pipeline()
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

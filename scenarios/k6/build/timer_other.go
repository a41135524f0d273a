//go:build !linux

package main

import "time"

func sharpenTimer() {}

func comeFirst() {}

func sleepFor(wait time.Duration) { time.Sleep(wait) }

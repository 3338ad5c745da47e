package chat

import (
	"context"

	"ginchat/model"
)

// Alone is the directory and the peers of a single node.
type Alone struct{}

// Put has nobody to tell.
func (Alone) Put(_ context.Context, keys []Key) ([]bool, error) { return make([]bool, len(keys)), nil }

// Drop has nobody to tell.
func (Alone) Drop(_ context.Context, keys []Key) ([]bool, error) { return make([]bool, len(keys)), nil }

// Holders knows of nobody else.
func (Alone) Holders(_ context.Context, keys []Key) ([][]string, error) {
	return make([][]string, len(keys)), nil
}

// Connect has nobody to connect to.
func (Alone) Connect([]string) {}

// Names is empty.
func (Alone) Names() []string { return nil }

// Send is never called.
func (Alone) Send(string, *model.Batch) {}

// Package client tells the other nodes what this one has stored.
package client

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"ginchat/model"
	pb "ginchat/proto/chat"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"
)

const (
	linkQueue  = 1024 // batches that wait for one peer
	minBackOff = 100 * time.Millisecond
	maxBackOff = 5 * time.Second
)

// Peers are the other nodes, each reached by one long-lived stream.
type Peers struct {
	links []*link
	stop  context.CancelFunc
	done  sync.WaitGroup
}

// Dial starts a link to each address; it does not wait for any. transport and
// secret are how this node proves itself.
func Dial(addresses []string, transport credentials.TransportCredentials, secret string, log *zap.Logger) (*Peers, error) {
	ctx, stop := context.WithCancel(context.Background())
	p := &Peers{stop: stop}
	for _, address := range addresses {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(transport), grpc.WithPerRPCCredentials(proof(secret)),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}))
		if err != nil {
			p.Close()
			return nil, fmt.Errorf("peer %s: %w", address, err)
		}
		l := &link{address: address, conn: conn, queue: make(chan *pb.Batch, linkQueue), log: log}
		p.links = append(p.links, l)
		p.done.Go(func() { l.run(ctx) })
	}
	return p, nil
}

// Close ends the links. What has not been sent is dropped: it is in the log.
func (p *Peers) Close() {
	p.stop()
	p.done.Wait()
}

// Forward tells every peer of stored entries. It never blocks; a peer that is
// too slow misses a batch, and finds the entries in the log.
func (p *Peers) Forward(entries []model.Entry) {
	batch := &pb.Batch{Entries: make([]*pb.Entry, len(entries))}
	for i := range entries {
		batch.Entries[i] = encode(&entries[i])
	}
	for _, l := range p.links {
		select {
		case l.queue <- batch:
		default:
		}
	}
}

// link is the way to one peer. Its goroutine alone uses the stream.
type link struct {
	address string
	conn    *grpc.ClientConn
	queue   chan *pb.Batch
	log     *zap.Logger
}

// run keeps a stream to the peer until ctx ends.
func (l *link) run(ctx context.Context) {
	defer l.conn.Close()
	for wait := minBackOff; ctx.Err() == nil; wait = min(2*wait, maxBackOff) {
		sent, err := l.stream(ctx)
		if ctx.Err() != nil {
			return
		}
		l.log.Warn("link to peer broke", zap.String("peer", l.address), zap.Error(err))
		if sent {
			wait = minBackOff
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait/2 + rand.N(wait)):
		}
	}
}

// stream sends batches until something fails, and reports whether any was sent.
func (l *link) stream(ctx context.Context) (sent bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewPeerClient(l.conn).Deliver(ctx, grpc.WaitForReady(true))
	if err != nil {
		return false, err
	}
	for {
		select {
		case batch := <-l.queue:
			if err := stream.Send(batch); err != nil {
				_, err = stream.CloseAndRecv() // Send says EOF, this says why
				return sent, err
			}
			sent = true
		case <-stream.Context().Done():
			_, err = stream.CloseAndRecv()
			return sent, err
		}
	}
}

func encode(e *model.Entry) *pb.Entry {
	m := &e.Message
	return &pb.Entry{
		Conversation: m.ConversationID, Name: e.Parties.Name(), Seq: m.Seq, Sender: m.SenderID, Msgid: m.MsgID,
		Op: string(m.Op), Target: m.Target, Media: int32(m.Media), Content: m.Content, Url: m.URL, Pic: m.Pic, Memo: m.Memo,
		Amount: m.Amount, ReplyTo: m.ReplyTo, Crc: m.CRC, SentAt: int64(m.SentAt),
	}
}

// proof is the shared secret, sent with every stream.
type proof string

// GetRequestMetadata gives the header that service.Authenticate checks.
func (p proof) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(p)}, nil
}

// RequireTransportSecurity says no: nodes may share a private network.
func (p proof) RequireTransportSecurity() bool { return false }

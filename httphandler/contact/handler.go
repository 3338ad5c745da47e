// Package contact answers the requests about friends and communities, as
// docs/protocol.md names them.
package contact

import (
	"ginchat/args"
	"ginchat/httphandler"
	logic "ginchat/httphandlerpack/contact"
	"ginchat/model"

	"github.com/gin-gonic/gin"
)

// Handler answers requests under /contact.
type Handler struct {
	contacts *logic.Contacts
}

// New returns a Handler on the rules about contacts.
func New(contacts *logic.Contacts) *Handler { return &Handler{contacts: contacts} }

// destination reads the dstid of a request about one user or community.
func destination(c *gin.Context) (int64, error) {
	var req args.Destination
	if err := httphandler.Bind(c, &req); err != nil {
		return 0, err
	}
	return req.DstID, checkID("dstid", req.DstID)
}

// onMember reads the dstid and memberid of a request about one member.
func onMember(c *gin.Context) (req args.OnMember, err error) {
	if err := httphandler.Bind(c, &req); err != nil {
		return req, err
	}
	if err := checkID("dstid", req.DstID); err != nil {
		return req, err
	}
	return req, checkID("memberid", req.MemberID)
}

func checkID(field string, id int64) error {
	if id <= 0 {
		return model.FieldErrorf(field, "%s is missing", field)
	}
	return nil
}

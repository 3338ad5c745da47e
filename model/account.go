package model

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	// maxKeyBytes is what an indexed key column holds in every MySQL row format.
	maxKeyBytes = 191
	// maxTextBytes bounds what is normalised at all; longer input is refused unread.
	maxTextBytes = 16 << 10
	minAccount   = 3
	maxAccount   = 64
	maxMarks     = 3
)

// AccountKey checks an account name: a mobile number, or 3 to 64 letters,
// digits and +-_.@ in any script. It returns the name as its owner wrote it, in
// composed form, and the key that tells accounts apart: case, width, white space
// and accents make no second account.
func AccountKey(mobile string) (display, key string, err error) {
	if len(mobile) > maxTextBytes || !utf8.ValidString(mobile) {
		return "", "", badAccount()
	}
	display = norm.NFC.String(collapse(mobile))
	key = fold(strings.Join(strings.Fields(norm.NFKC.String(mobile)), ""))
	length := utf8.RuneCountInString(key)
	if length < minAccount || length > maxAccount || len(key) > maxKeyBytes || utf8.RuneCountInString(display) > maxAccount {
		return "", "", badAccount()
	}
	for _, r := range key {
		if !accountRune(r) {
			return "", "", badAccount()
		}
	}
	return display, key, nil
}

func badAccount() error {
	return FieldErrorf("mobile", "the account is a mobile number, or 3 to 64 letters, digits and +-_.@")
}

func accountRune(r rune) bool {
	if strings.ContainsRune("+-_.@", r) {
		return true
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !invisible(r)
}

// SearchKey is what names are found by: case, width, accents and runs of white
// space do not matter. A key is cut to the column's size.
func SearchKey(name string) string {
	if len(name) > maxTextBytes {
		name = strings.ToValidUTF8(name[:maxTextBytes], "")
	}
	key := collapse(fold(name))
	if len(key) > maxKeyBytes {
		key = strings.TrimRight(strings.ToValidUTF8(key[:maxKeyBytes], ""), " ")
	}
	return key
}

// fold maps what people take for the same text to the same string. Accents are
// dropped before folding too, since some of them fold to letters. Lower case comes
// first because x/text folds small Cherokee letters up and capitals down.
func fold(s string) string {
	s = withoutAccents(norm.NFKD.String(s))
	s = cases.Fold().String(strings.ToLower(s))
	return norm.NFC.String(withoutAccents(norm.NFKD.String(s)))
}

func withoutAccents(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f {
			return -1
		}
		return r
	}, s)
}

// CleanName returns s as a name to show: trimmed, runs of white space made one
// space, in composed form, with 1 to max visible characters. Marks and joiners
// do not count, yet all together are at most 2*max code points, which is what the
// column holds. What could break or fake the text around it is refused.
func CleanName(field, s string, max int) (string, error) {
	s, err := CleanText(field, s, max)
	if err != nil {
		return "", err
	}
	if visible(s) == 0 {
		return "", FieldErrorf(field, "%s must not be empty", field)
	}
	return s, nil
}

// CleanText is CleanName for a text that may be empty.
func CleanText(field, s string, max int) (string, error) {
	if len(s) > maxTextBytes {
		return "", FieldErrorf(field, "%s must be at most %d characters long", field, max)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
		return "", FieldErrorf(field, "%s is not valid text", field)
	}
	s = norm.NFC.String(collapse(s))
	marks := 0
	for _, r := range s {
		if unicode.IsControl(r) || bidi(r) {
			return "", FieldErrorf(field, "%s must not hold control characters", field)
		}
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			marks = 0
			continue
		}
		if marks++; marks > maxMarks {
			return "", FieldErrorf(field, "%s has too many marks on one letter", field)
		}
	}
	if visible(s) > max || utf8.RuneCountInString(s) > 2*max {
		return "", FieldErrorf(field, "%s must be at most %d characters long", field, max)
	}
	return s, nil
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }

// visible counts the characters of s that a reader would count, or a few more.
func visible(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.Is(unicode.M, r) && !invisible(r) {
			n++
		}
	}
	return n
}

// invisible reports whether r shows nothing by itself.
func invisible(r rune) bool {
	const brailleBlank = 0x2800
	return r == brailleBlank || unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// bidi reports whether r changes the direction of the text around it.
func bidi(r rune) bool {
	return unicode.Is(unicode.Bidi_Control, r)
}

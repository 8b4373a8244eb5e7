;;; countersign-buffers.el --- Buffers as a Countersign server knows them  -*- lexical-binding: t -*-

;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; The words of the protocol for a buffer: its URI, language and text; where
;; an edit lies in it, why it cannot be made there, and making it, as one
;; change that one undo takes back; what is marked as proposed.  Nothing is
;; saved, and nothing here knows of a connection.

;;; Code:

(require 'subr-x)
(require 'url-util)

(defvar countersign--version-number)
(defvar countersign--told-of)

(defconst countersign--languages
  '((c-mode . "c") (c-ts-mode . "c") (c++-mode . "cpp") (c++-ts-mode . "cpp")
    (csharp-mode . "csharp") (csharp-ts-mode . "csharp") (sh-mode . "shellscript") (bash-ts-mode . "shellscript")
    (js-mode . "javascript") (js2-mode . "javascript") (js-ts-mode . "javascript")
    (typescript-mode . "typescript") (typescript-ts-mode . "typescript") (tsx-ts-mode . "typescriptreact")
    (diff-mode . "diff") (emacs-lisp-mode . "elisp"))
  "Language ids of major modes that are not called like their language.")

(defface countersign-proposed
  '((t :underline (:style wave :color "gold")))
  "Lines that a proposal would change."
  :group 'countersign)

(defun countersign--uri (path)
  "URI of the file PATH."
  (concat "file://" (url-hexify-string (encode-coding-string (expand-file-name path) 'utf-8)
                                       (append '(?/) url-unreserved-chars nil))))

(defun countersign--path (uri)
  "Path of the file that URI names."
  (decode-coding-string (url-unhex-string (string-remove-prefix "file://" uri)) 'utf-8))

(defun countersign--language ()
  "Language id of this buffer."
  (or (cdr (assq major-mode countersign--languages))
      (replace-regexp-in-string "\\(-ts\\)?-mode\\'" "" (symbol-name major-mode))))

(defun countersign--text ()
  "The whole text of this buffer."
  (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max))))

(defun countersign--position (position)
  "Buffer position of the protocol's POSITION, whose units are characters."
  (save-excursion
    (goto-char (point-min))
    (forward-line (plist-get position :line))
    (min (+ (point) (plist-get position :character)) (line-end-position))))

(defun countersign--file-refusal (path is-told remedy)
  "Why an edit of the file PATH cannot be made, or nil.
IS-TOLD says whether the server was told of a buffer; REMEDY is what a
person does in one to have it told."
  (let ((buffer (find-buffer-visiting path)))
    (cond ((and (not buffer) (not (file-directory-p (file-name-directory path))))
           (format "the directory %s does not exist; make it and apply again" (file-name-directory path)))
          ;; The edit was made for what is on disk.
          ((and buffer (not (funcall is-told buffer))
                (or (buffer-modified-p buffer) (not (verify-visited-file-modtime buffer))))
           (format "the buffer of %s is not as it is on disk, and was not shown to the server; save it or %s in it, and ask again" path remedy))
          ((and buffer (buffer-local-value 'buffer-read-only buffer))
           (format "the buffer of %s is read-only; C-x C-q there, and apply again" path)))))

(defun countersign--refusal (change)
  "Why the document CHANGE cannot be made, or nil."
  (let* ((document (plist-get change :textDocument))
         (path (countersign--path (or (plist-get document :uri) "")))
         (version (plist-get document :version))
         (buffer (find-buffer-visiting path)))
    (cond ((plist-get change :kind) (format "%s of a file is not done here" (plist-get change :kind)))
          ((and buffer version (not (equal version (buffer-local-value 'countersign--version-number buffer))))
           (format "%s has changed" path))
          (t (countersign--file-refusal path
                                        (lambda (buffer) (buffer-local-value 'countersign--told-of buffer))
                                        "turn on countersign-mode")))))

(defun countersign--edit-buffer (edits)
  "Make EDITS in this buffer, as one change that one undo takes back."
  (save-excursion
    (save-restriction
      (widen)
      (undo-boundary)
      (let ((places (mapcar (lambda (edit)
                              (let ((range (plist-get edit :range)))
                                (list (copy-marker (countersign--position (plist-get range :start)))
                                      (copy-marker (countersign--position (plist-get range :end)))
                                      (plist-get edit :newText))))
                            edits)))
        (pcase-dolist (`(,begin ,end ,text) (reverse places))
          (goto-char begin)
          (delete-region begin end)
          (insert text)))
      (undo-boundary))))

(defun countersign--mark (path diagnostics)
  "Underline the lines of DIAGNOSTICS in the buffer of PATH."
  (when-let ((buffer (find-buffer-visiting path)))
    (with-current-buffer buffer
      (save-restriction
        (widen)
        (remove-overlays (point-min) (point-max) 'countersign t)
        (seq-doseq (diagnostic diagnostics)
          (let* ((range (plist-get diagnostic :range))
                 (overlay (make-overlay (countersign--position (plist-get range :start)) (countersign--position (plist-get range :end)))))
            (overlay-put overlay 'countersign t)
            (overlay-put overlay 'face 'countersign-proposed)
            (overlay-put overlay 'help-echo (plist-get diagnostic :message))))))))

(provide 'countersign-buffers)
;;; countersign-buffers.el ends here

;;; eglot_flow.el --- One way through in a real Emacs, in batch  -*- lexical-binding: t -*-

;; What it does comes in FLOW_* variables, what it saw goes as JSON to FLOW_REPORT; test_eglot.py judges it.
;; Everything goes the person's way: eglot-code-actions with a choice, y-or-n-p, the buffer.  Batch Emacs is never idle, so what
;; eglot does when it is idle (sending what was typed) is done while waiting.

;;; Code:

(require 'cl-lib)
(require 'json)
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*"))
  (add-to-list 'load-path folder))
;; Emacs's own files beside what is edited
(setq create-lockfiles nil auto-save-default nil)
(load (expand-file-name "editors/emacs/countersign-eglot.el" (getenv "FLOW_REPOSITORY")) nil t)

(defvar flow-report nil)
(defvar flow-messages nil)
(defvar flow-questions nil)
(defvar flow-source nil)

(defun flow-note (key value)
  (setf (alist-get key flow-report) value))

(defun flow-finish ()
  (flow-note 'messages (vconcat (reverse flow-messages)))
  (flow-note 'questions (vconcat (reverse flow-questions)))
  (with-temp-file (getenv "FLOW_REPORT")
    (insert (json-encode flow-report)))
  (let ((kill-emacs-hook nil))
    (kill-emacs 0)))

(defun flow-fail (format &rest arguments)
  (flow-note 'failure (apply #'format format arguments))
  (flow-finish))

(defun flow-wait (what condition)
  "Process events until CONDITION gives non-nil, and return that."
  (let ((deadline (+ (float-time) (string-to-number (getenv "FLOW_PATIENCE")))) value)
    (while (not (or (setq value (funcall condition)) (> (float-time) deadline)))
      (accept-process-output nil 0.05)
      (dolist (buffer (buffer-list))
        (with-current-buffer buffer
          (when (bound-and-true-p eglot--managed-mode)
            (eglot--signal-textDocument/didChange)))))
    (or value (flow-fail "waited in vain for %s" what))))

(cl-defmethod eglot-handle-notification :before (_server (_method (eql window/showMessage)) &key message &allow-other-keys)
  (push message flow-messages))

(defun flow-message (pattern)
  "The first group of PATTERN in a message of the server."
  (cl-some (lambda (text) (and (string-match pattern text) (match-string 1 text))) flow-messages))

(defun flow-pick (title)
  "Choose the code action at point whose title begins with TITLE."
  (cl-letf ((last-nonmenu-event ?a) ; a key, not the mouse
            ((symbol-function 'completing-read)
             (lambda (_prompt items &rest _)
               (let ((titles (mapcar #'car items)))
                 (flow-note 'titles titles)
                 (or (cl-find-if (lambda (item) (string-prefix-p title item)) titles)
                     (flow-fail "not offered: %s in %S" title titles))))))
    (eglot-code-actions (point) nil nil t)))

(defun flow-run ()
  (setq countersign-command (list (getenv "COUNTERSIGN") "lsp"))
  (find-file (getenv "FLOW_FILE"))
  (setq flow-source (current-buffer))
  (apply #'eglot (eglot--guess-contact))
  (flow-wait "the server" #'eglot-current-server)
  (let ((server (eglot-current-server)))
    (goto-char (point-max))
    (insert "\n" (getenv "FLOW_UNSAVED") "\n")
    (goto-char (point-min))
    (search-forward (getenv "FLOW_AT"))
    (let ((asked (float-time)))
      (flow-pick (getenv "FLOW_ACTION"))
      (flow-note 'seconds_blocked (- (float-time) asked)))
    (if (equal (getenv "FLOW_DECISION") "")
        (flow-wait "an explanation" (lambda () flow-messages))
      (flow-note 'proposal (flow-wait "a proposal" (lambda () (flow-message "#\\([0-9]+\\)"))))
      (flow-review server))
    (with-current-buffer flow-source
      (flow-note 'text (buffer-string))
      (flow-note 'modified (if (buffer-modified-p) t json-false)))
    (flow-finish)))

(defun flow-review (server)
  "Open the review document as the person does, decide, and wait for the outcome."
  (let ((number (alist-get 'proposal flow-report)) path)
    (unless (flow-message "\\(/[^\n]*/proposals/[0-9]+\\.[0-9]+\\.diff\\)")
      (flow-pick (format "Review #%s" number)))
    (setq path (flow-wait "the review document's path" (lambda () (flow-message "\\(/[^\n]*/proposals/[0-9]+\\.[0-9]+\\.diff\\)"))))
    (find-file path)
    (flow-note 'review (buffer-string))
    (flow-note 'review_mode (symbol-name major-mode))
    (flow-note 'same_server (if (eq server (eglot-current-server)) t json-false))
    (flow-note 'text_before (with-current-buffer flow-source (buffer-string)))
    (if (equal (getenv "FLOW_WHERE") "review")
        (re-search-forward "^@@ ")
      (switch-to-buffer flow-source))
    (setq flow-messages nil)
    (cl-letf (((symbol-function 'y-or-n-p)
               (lambda (question) (push question flow-questions) (equal (getenv "FLOW_ANSWER") "yes"))))
      (flow-pick (replace-regexp-in-string "#" (concat "#" number) (getenv "FLOW_DECISION")))
      (flow-wait "a word on the decision" (lambda () flow-messages)))))

(condition-case problem
    (flow-run)
  (error (flow-fail "%S" problem)))
;;; eglot_flow.el ends here
